// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// Told by a jar, at the factory, that it was emptied.
interface IJarKeeper {
    function onEmptied(uint256 id, uint256 amount) external;
}

/// A savings jar for one owner: the child that Factory creates.
contract Jar {
    IJarKeeper public factory;
    address public owner;
    uint256 public id;

    event Emptied(address indexed owner, uint256 amount);

    error OnlyFactory(address sender);

    constructor() {
        factory = IJarKeeper(msg.sender);
    }

    receive() external payable {}

    /// Names the owner and returns the savings so far.
    function setUp(address owner_, uint256 id_) external payable returns (uint256 savings) {
        require(msg.sender == address(factory), OnlyFactory(msg.sender));
        owner = owner_;
        id = id_;
        return address(this).balance;
    }

    /// Sends the savings to the owner and word of it to the factory.
    function empty() external {
        require(msg.sender == address(factory), OnlyFactory(msg.sender));
        uint256 amount = address(this).balance;
        emit Emptied(owner, amount);
        // If the owner is a contract that refuses it, it comes back as a credit.
        (bool sent, ) = owner.call{value: amount}("");
        sent;
        factory.onEmptied(id, amount);
    }
}
