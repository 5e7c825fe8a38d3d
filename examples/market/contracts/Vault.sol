// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// Keeps ether up to a capacity, refuses what would go beyond it, and counts per payer.
contract Vault {
    uint256 public capacity;
    uint256 public received;
    mapping(address payer => uint256 amount) public receivedFrom;

    event Received(address indexed from, uint256 amount, uint256 total);

    error Full(uint256 capacity, uint256 offered);

    constructor(uint256 capacity_) {
        capacity = capacity_;
    }

    receive() external payable {
        uint256 total = received + msg.value;
        require(total <= capacity, Full(capacity, total));
        received = total;
        receivedFrom[msg.sender] += msg.value;
        emit Received(msg.sender, msg.value, total);
    }
}
