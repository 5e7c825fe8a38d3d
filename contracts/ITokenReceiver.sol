// SPDX-License-Identifier: MIT
pragma solidity ^0.8.26;

/// A contract that learns of the tokens it was paid from a message of the token.
interface ITokenReceiver {
    /// The token, which is `msg.sender`, has moved `amount` of itself from `from` to this contract.
    /// If this fails the tokens stay here all the same: run what is risky as a call to oneself, and
    /// on failure send them back.
    /// @param data what `from` has to say about it
    function onTokensReceived(address from, uint256 amount, bytes calldata data) external;
}
