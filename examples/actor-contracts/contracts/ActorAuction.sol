// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {PullPayments} from "actor-evm/contracts/PullPayments.sol";

/// Who bids most before the end wins; who is outbid gets the ether back.
///
/// A bid that is too low simply fails: unlike tokens, ether that comes with a message goes back by
/// itself. What was accepted has to be paid back later, to contracts as well, and a bidder must
/// neither hold up the auction by refusing it nor lose it: so it goes through PullPayments.
contract ActorAuction is PullPayments {
    address payable public immutable seller;
    /// Seconds since 1970.
    uint256 public immutable endsAt;
    address payable public leader;
    uint256 public highestBid;
    bool public isClosed;

    event Bid(address indexed bidder, uint256 amount);
    event Closed(address indexed winner, uint256 amount);

    error AuctionOver();
    error AuctionRunning();
    error BidTooLow(uint256 highestBid);

    constructor(uint256 endsAt_) {
        seller = payable(msg.sender);
        endsAt = endsAt_;
    }

    function bid() external payable {
        require(block.timestamp < endsAt, AuctionOver());
        require(msg.value > highestBid, BidTooLow(highestBid));
        (address payable outbid, uint256 amount) = (leader, highestBid);
        (leader, highestBid) = (payable(msg.sender), msg.value);
        emit Bid(msg.sender, msg.value);
        if (outbid != address(0)) _pay(outbid, amount);
    }

    function close() external {
        require(block.timestamp >= endsAt, AuctionRunning());
        require(!isClosed, AuctionOver());
        isClosed = true;
        emit Closed(leader, highestBid);
        _pay(seller, highestBid);
    }
}
