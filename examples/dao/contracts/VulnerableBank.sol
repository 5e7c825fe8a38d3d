// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// A bank with the mistake that drained The DAO in 2016: it pays before it writes its books.
/// Do not use it. It is here to show that under actor semantics the mistake costs nothing.
contract VulnerableBank {
    mapping(address customer => uint256 amount) public deposits;

    error NothingDeposited();
    error PaymentFailed();

    function deposit() external payable {
        deposits[msg.sender] += msg.value;
    }

    function withdraw() external {
        uint256 amount = deposits[msg.sender];
        require(amount > 0, NothingDeposited());
        (bool sent, ) = msg.sender.call{value: amount}("");
        require(sent, PaymentFailed());
        // Too late under Ethereum semantics: the call above may have come back to this function.
        deposits[msg.sender] = 0;
    }
}
