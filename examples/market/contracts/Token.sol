// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ITokenReceiver} from "./ITokenReceiver.sol";

/// An ERC-20 token that is an actor: besides moving tokens it can tell the recipient about them.
///
/// `approve` and `transferFrom` are of little use between actors: `transferFrom` returns before it
/// has run, so the spender cannot know that it was paid. `transferAndNotify` turns this around: the
/// payer tells the token to pay, and the token tells the payee that it was paid.
contract Token is ERC20, Ownable {
    /// Gas that must be left for the recipient of a notice. The tokens move before the recipient
    /// runs and do not move back if it fails, so it has to be able to return them at the least.
    uint256 public constant NOTICE_GAS = 150_000;

    error TooLittleGasForNotice(uint256 left, uint256 needed);

    constructor(
        string memory name,
        string memory symbol,
        address owner
    ) ERC20(name, symbol) Ownable(owner) {}

    function mint(address to, uint256 amount) external onlyOwner {
        _mint(to, amount);
    }

    /// Moves `amount` to `to`, then sends it the message `onTokensReceived` with `data`.
    function transferAndNotify(address to, uint256 amount, bytes calldata data) external {
        _transfer(msg.sender, to, amount);
        uint256 left = gasleft();
        require(left >= NOTICE_GAS, TooLittleGasForNotice(left, NOTICE_GAS));
        ITokenReceiver(to).onTokensReceived(msg.sender, amount, data);
    }
}
