// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// Divides the ether it receives among payees, who may be contracts, in fixed shares.
///
/// Each part leaves as a message of its own, so the payees run at the same time in the next round.
/// A payee that fails cannot hold up the others: its part comes back as a credit, without a word,
/// and is divided again with the next payment. That works because a contract's own balance is live
/// for it and free of what is under way.
contract PaymentSplitter {
    address[] public payees;
    uint256[] public shares;
    uint256 public totalShares;
    uint256 public payments;

    event Split(address indexed from, uint256 received, uint256 divided);

    error BadShares();

    constructor(address[] memory payees_, uint256[] memory shares_) payable {
        require(payees_.length > 0 && payees_.length == shares_.length, BadShares());
        payees = payees_;
        shares = shares_;
        for (uint256 i = 0; i < shares_.length; i++) {
            require(shares_[i] > 0, BadShares());
            totalShares += shares_[i];
        }
    }

    receive() external payable {
        uint256 pot = address(this).balance;
        payments++;
        emit Split(msg.sender, msg.value, pot);

        uint256 total = totalShares;
        uint256 count = payees.length;
        for (uint256 i = 0; i < count; i++) {
            // The result says no more than that the part has left; it is not waited for.
            (bool sent, ) = payees[i].call{value: (pot * shares[i]) / total}("");
            sent;
        }
    }
}
