// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Actor} from "actor-evm/contracts/Actor.sol";
import {ActorMessages} from "actor-evm/contracts/ActorMessages.sol";
import {ITokenReceiver} from "actor-evm/contracts/ITokenReceiver.sol";

/// Two tokens are traded for each other at the price of a constant product.
///
///     round 0   seller ──▶ sold token     transferAndNotify(exchange, amount, least)
///     round 1   sold token ──▶ exchange   onTokensReceived(seller, amount, least)
///     round 2   exchange ──▶ bought token transfer(seller, bought)
///           or  exchange ──▶ sold token   transfer(seller, amount), if it would be less than least
contract ActorExchange is Actor, ITokenReceiver {
    /// For a token to move a balance: two storage slots and a log.
    uint256 public constant PAYOUT_GAS = 60_000;
    /// Kept back from a sale, so that the deposit can be returned if it fails.
    uint256 public constant RETURN_GAS = 130_000;

    address public immutable owner;
    IERC20[2] public tokens;
    /// The exchange's own books. `balanceOf(this)` would be as old as the round.
    uint256[2] public reserves;

    event Sold(address indexed seller, uint256 indexed side, uint256 amount, uint256 bought);
    event Returned(address indexed seller, uint256 indexed side, uint256 amount);

    error NotOurToken(address sender);
    error TooLittle(uint256 bought, uint256 least);

    constructor(IERC20[2] memory tokens_) {
        owner = msg.sender;
        tokens = tokens_;
    }

    /// A token tells of a deposit: the owner's is liquidity, everybody else's is for sale. The
    /// deposit is a fact by now, so nothing here may fail: a sale that does is undone alone.
    function onTokensReceived(address from, uint256 amount, bytes calldata data) external {
        uint256 side = _sideOf(msg.sender);
        if (from == owner) {
            reserves[side] += amount;
            return;
        }
        try this.sell{gas: gasleft() - RETURN_GAS}(from, side, amount, data) {} catch {
            emit Returned(from, side, amount);
            _payOut(from, side, amount);
        }
    }

    /// @param data the least that the seller takes for it, as one word
    function sell(address seller, uint256 side, uint256 amount, bytes calldata data)
        external
        onlySelf
    {
        uint256 least = abi.decode(data, (uint256));
        uint256 bought = (reserves[1 - side] * amount) / (reserves[side] + amount);
        require(bought >= least, TooLittle(bought, least));
        // Books first: the next message finds what this one leaves
        reserves[side] += amount;
        reserves[1 - side] -= bought;
        emit Sold(seller, side, amount, bought);
        _payOut(seller, 1 - side, bought);
    }

    /// Cannot fail for want of gas, nor for want of tokens: the books hold what was received.
    /// `transfer` returns a bool in ERC-20; a message does not wait for it.
    function _payOut(address to, uint256 side, uint256 amount) private {
        bytes memory transfer = abi.encodeCall(IERC20.transfer, (to, amount));
        ActorMessages.sendWithGas(address(tokens[side]), PAYOUT_GAS, transfer);
    }

    function _sideOf(address token) private view returns (uint256) {
        if (token == address(tokens[0])) return 0;
        require(token == address(tokens[1]), NotOurToken(token));
        return 1;
    }
}
