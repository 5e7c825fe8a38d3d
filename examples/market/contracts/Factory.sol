// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IJarKeeper, Jar} from "./Jar.sol";

/// Creates jars and calls them: synchronously in the round that creates them, by messages later.
///
/// A new child belongs to its creator until the round ends: nobody else has seen it, so `open` can
/// call it as in Ethereum and use what it returns. From the next round on it is an actor of its
/// own; then `empty` is a message, and the factory learns the outcome from the jar's message back.
contract Factory is IJarKeeper {
    mapping(Jar jar => address owner) public ownerOf;
    uint256 public opened;
    uint256 public emptied;
    uint256 public paidOut;

    event Opened(address indexed owner, Jar indexed jar, uint256 id, uint256 savings);

    error NotYours(Jar jar, address sender);
    error NotAJar(address sender);

    /// Opens a jar for the sender at an address that follows from `salt` and the sender.
    function open(bytes32 salt) external payable returns (Jar jar) {
        jar = new Jar{salt: keccak256(abi.encode(msg.sender, salt))}();
        ownerOf[jar] = msg.sender;
        uint256 id = ++opened;
        uint256 savings = jar.setUp{value: msg.value}(msg.sender, id);
        emit Opened(msg.sender, jar, id, savings);
    }

    function empty(Jar jar) external {
        require(ownerOf[jar] == msg.sender, NotYours(jar, msg.sender));
        jar.empty();
    }

    function onEmptied(uint256, uint256 amount) external {
        require(ownerOf[Jar(payable(msg.sender))] != address(0), NotAJar(msg.sender));
        emptied++;
        paidOut += amount;
    }
}
