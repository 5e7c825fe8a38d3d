// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// A contract that learns of tokens it was paid from a message of the token.
interface ITokenReceiver {
    /// The token (`msg.sender`) has moved `amount` of itself from `from` to this contract. `data`
    /// is what `from` has to say about it.
    function onTokensReceived(address from, uint256 amount, bytes calldata data) external;
}
