// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// A pair of tokens under a constant product with a fee of 0.3 %, with the arithmetic and the books
/// of Uniswap v2: packed reserves, a lock, accumulated prices, balances read back and judged after
/// the transfers. The seller calls it without a router, which v2 leaves to its periphery.
contract SwapPair {
    IERC20[2] public tokens;
    uint112 private reserve0;
    uint112 private reserve1;
    uint32 private updatedAt;
    /// Price × seconds, in 2^-112.
    uint256[2] public accumulatedPrices;
    uint256 private unlocked = 1;

    event Sync(uint112 reserve0, uint112 reserve1);
    event Swap(address indexed seller, uint256 indexed side, uint256 amount, uint256 bought);

    error Locked();
    error TooLittle(uint256 bought, uint256 least);
    error Product();

    modifier lock() {
        require(unlocked == 1, Locked());
        unlocked = 0;
        _;
        unlocked = 1;
    }

    constructor(IERC20[2] memory tokens_) {
        tokens = tokens_;
    }

    /// Sells `amount` of the token of `side`, which the seller has approved, for the other one.
    function sell(uint256 side, uint256 amount, uint256 least)
        external
        lock
        returns (uint256 bought)
    {
        (uint112 old0, uint112 old1) = (reserve0, reserve1);
        (uint256 reserveIn, uint256 reserveOut) = side == 0 ? (old0, old1) : (old1, old0);
        uint256 paid = amount * 997;
        bought = (paid * reserveOut) / (reserveIn * 1000 + paid);
        require(bought >= least, TooLittle(bought, least));
        tokens[side].transferFrom(msg.sender, address(this), amount);
        tokens[1 - side].transfer(msg.sender, bought);
        uint256 balanceIn = tokens[side].balanceOf(address(this));
        uint256 balanceOut = tokens[1 - side].balanceOf(address(this));
        uint256 adjusted = balanceIn * 1000 - (balanceIn - reserveIn) * 3;
        require(adjusted * balanceOut >= reserveIn * reserveOut * 1000, Product());
        (uint256 new0, uint256 new1) =
            side == 0 ? (balanceIn, balanceOut) : (balanceOut, balanceIn);
        _update(uint112(new0), uint112(new1), old0, old1);
        emit Swap(msg.sender, side, amount, bought);
    }

    function _update(uint112 new0, uint112 new1, uint112 old0, uint112 old1) private {
        unchecked {
            uint32 elapsed = uint32(block.timestamp) - updatedAt;
            if (elapsed > 0 && old0 != 0 && old1 != 0) {
                accumulatedPrices[0] += ((uint256(old1) << 112) / old0) * elapsed;
                accumulatedPrices[1] += ((uint256(old0) << 112) / old1) * elapsed;
            }
        }
        reserve0 = new0;
        reserve1 = new1;
        updatedAt = uint32(block.timestamp);
        emit Sync(new0, new1);
    }
}
