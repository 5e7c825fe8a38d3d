// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// As much of a token as the pools need.
contract Coin {
    mapping(address => uint256) public balanceOf;

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function transfer(address to, uint256 amount) external {
        balanceOf[msg.sender] -= amount;
        balanceOf[to] += amount;
    }
}

/// Carries out orders of whoever owns it: a third contract between a pool and its coins.
contract Agent {
    function pay(Coin coin, address to, uint256 amount) external {
        coin.transfer(to, amount);
    }
}

/// Pays out what it holds beyond its books, as many pools do.
contract SurplusPool {
    Coin public coin;
    Agent public agent;
    uint256 public reserve;

    function open(Coin coin_, Agent agent_, uint256 reserve_) external {
        (coin, agent, reserve) = (coin_, agent_, reserve_);
    }

    function skim(address to) external {
        coin.transfer(to, coin.balanceOf(address(this)) - reserve);
    }

    /// Its coins lie with the agent, and so does the payment.
    function skimByAgent(address to) external {
        agent.pay(coin, to, coin.balanceOf(address(agent)) - reserve);
    }
}
