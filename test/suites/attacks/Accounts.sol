// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

contract Wallet {
    address public owner;

    constructor(address owner_) payable {
        owner = owner_;
    }
}

/// Makes wallets at addresses that everybody can compute.
contract WalletFactory {
    address public made;

    function make(address owner, bytes32 salt) external {
        made = address(new Wallet{salt: salt}(owner));
    }
}

/// Lives for one activation, or longer.
contract Mortal {
    uint256 public pings;

    constructor() payable {}

    function ping() external payable {
        pings++;
    }

    function die(address payable heir) external {
        selfdestruct(heir);
    }
}

contract MortalFactory {
    address public made;

    /// A child that is created, paid and destroyed, and one more payment to it.
    function makeAndKill(address payable heir, uint256 late) external payable {
        Mortal mortal = new Mortal{salt: 0, value: msg.value - late}();
        made = address(mortal);
        mortal.die(heir);
        if (late > 0) mortal.ping{value: late}();
    }

    function make() external payable {
        made = address(new Mortal{salt: 0, value: msg.value}());
    }

    /// Both at once: to whom does the ether belong?
    function killAndPing(address payable heir) external payable {
        Mortal(made).die(heir);
        Mortal(made).ping{value: msg.value}();
    }
}

/// Believes that only `pay` brings ether.
contract Proud {
    uint256 public booked;
    uint256 public held;

    function pay() external payable {
        booked += msg.value;
        held = address(this).balance;
    }
}
