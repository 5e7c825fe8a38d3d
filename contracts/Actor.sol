// SPDX-License-Identifier: MIT
pragma solidity ^0.8.26;

/// Guards for a contract that is an actor.
abstract contract Actor {
    error OnlySelf(address sender);
    error OnlyContract(address sender);

    /// For functions that this contract calls itself. A call to oneself is synchronous, and its
    /// failure undoes only itself: `try this.risky() {} catch { … }` is how an actor that was
    /// already paid keeps from failing.
    modifier onlySelf() {
        require(msg.sender == address(this), OnlySelf(msg.sender));
        _;
    }

    /// For messages of other contracts, as opposed to transactions. Unlike in Ethereum the check
    /// cannot be dodged from a constructor: what a constructor sends arrives when its contract
    /// stands. An account with EIP-7702 code counts as a contract.
    modifier onlyContract() {
        require(msg.sender.code.length > 0, OnlyContract(msg.sender));
        _;
    }
}
