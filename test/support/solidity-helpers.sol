// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Actor} from "actor-evm/contracts/Actor.sol";
import {ActorMessages} from "actor-evm/contracts/ActorMessages.sol";
import {Purse} from "actor-evm/contracts/Purse.sol";

contract Sender {
    function sendWithGas(address to, uint256 gas_, bytes calldata data) external {
        ActorMessages.sendWithGas(to, gas_, data);
    }

    function payWithGas(address to, uint256 gas_, bytes calldata data) external payable {
        ActorMessages.payWithGas(to, msg.value, gas_, data);
    }

    function pay(address to, uint256 value) external payable {
        ActorMessages.pay(to, value);
    }

    /// What the old `to.transfer(value)` compiles to.
    function transfer(address to) external payable {
        (bool sent, ) = to.call{value: msg.value, gas: 0}("");
        require(sent);
    }
}

contract Guarded is Actor {
    uint256 public count;

    function fromContract() external onlyContract {
        count++;
    }

    function fromSelf() external onlySelf {
        count++;
    }
}

/// Calls a guarded function while it has no code yet.
contract Constructing {
    bool public isDone = true;

    constructor(Guarded guarded) {
        ActorMessages.send(address(guarded), abi.encodeCall(Guarded.fromContract, ()));
    }
}

contract Greeter {
    uint256 public greetings;

    function greet() external {
        greetings++;
    }

    function told(uint256 what) external {
        greetings = what;
    }

    function play(address, uint256) external pure {
        revert("no game");
    }
}

/// Refuses ether until it is told otherwise.
contract Moody {
    uint256 public isOpen;

    receive() external payable {
        require(isOpen == 1, "not now");
    }

    function open() external {
        isOpen = 1;
    }

    function fetch(Purse purse) external {
        purse.release();
    }
}
