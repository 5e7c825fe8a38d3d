// SPDX-License-Identifier: MIT
pragma solidity ^0.8.26;

/// A token that tells the payee of a payment. Between actors this takes the place of `approve` and
/// `transferFrom`: who calls `transferFrom` cannot know that it was paid.
interface IActorToken {
    /// Moves `amount` of the sender's tokens to `to`, then sends it `onTokensReceived` with `data`
    /// (see ITokenReceiver) and enough gas to give them back.
    function transferAndNotify(address to, uint256 amount, bytes calldata data) external;
}
