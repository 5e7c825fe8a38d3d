// SPDX-License-Identifier: MIT
pragma solidity ^0.8.26;

/// Messages to other actors.
///
/// A call to another contract is a message: it leaves when the call is made and is delivered in the
/// next round, so there is nothing to return yet. These functions take the call data as
/// `abi.encodeCall` makes it and expect nothing back. So they work with any interface, also with
/// one that declares return values, and with a contract that another actor has created this round,
/// whose code cannot be seen yet.
library ActorMessages {
    /// What sending may cost at most, beside the message's own gas: a cold account with a delegate
    /// (5,200), value (9,000), a new account (25,000), and a chain whose price of a message is at
    /// most 10,000.
    uint256 internal constant EMISSION_GAS = 50_000;
    /// The same for each word of data, and for copying it.
    uint256 internal constant EMISSION_WORD_GAS = 100;

    /// This contract has too little ether, or the block has come to its last round.
    error MessageRefused(address to);
    /// The message could not be guaranteed its gas.
    error TooLittleGas(uint256 left, uint256 needed);

    /// Sends a message with a share of the gas that this activation leaves. If that is too little,
    /// the message fails, and nobody here hears of it.
    function send(address to, bytes memory data) internal {
        _send(to, 0, gasleft(), data);
    }

    /// Sends a message with exactly `gas` of gas, or reverts. For messages that must not fail
    /// because whoever pays for the transaction was stingy.
    function sendWithGas(address to, uint256 gas, bytes memory data) internal {
        _requireGas(gas, data.length);
        _send(to, 0, gas, data);
    }

    /// Pays `to`. If it has no code, nothing can fail. Otherwise it runs with a share of the gas
    /// that this activation leaves, and if it fails, the ether comes back as a credit: to this
    /// contract's balance, without a word.
    function pay(address to, uint256 value) internal {
        _send(to, value, gasleft(), "");
    }

    /// Sends a message with `value` wei and exactly `gas` of gas, or reverts. If the message fails,
    /// the ether comes back as a credit.
    function payWithGas(address to, uint256 value, uint256 gas, bytes memory data) internal {
        _requireGas(gas, data.length);
        _send(to, value, gas, data);
    }

    /// A message gets exactly the gas it names if that is less than 63/64 of what sending leaves.
    function _requireGas(uint256 gas, uint256 size) private view {
        uint256 sending = EMISSION_GAS + EMISSION_WORD_GAS * ((size + 31) / 32);
        uint256 needed = gas + gas / 63 + sending;
        uint256 left = gasleft();
        require(left >= needed, TooLittleGas(left, needed));
    }

    function _send(address to, uint256 value, uint256 gas, bytes memory data) private {
        // Accepted is all that this can say: the message has not run yet
        (bool isAccepted, ) = to.call{value: value, gas: gas}(data);
        require(isAccepted, MessageRefused(to));
    }
}
