// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// The curve of a pool of two assets of like worth: flat near balance, steep at the ends
/// (M. Egorov, "StableSwap", 2019). With reserves x and y, amplification A and n = 2 it is
///
///     4A·(x + y) + D  =  4A·D + D³ / (4xy)
///
/// where D, the invariant, is the worth of the pool in balance. No fees here, and every rounding
/// is in favour of the pool. Reserves up to 2¹²⁰ do not overflow; beyond that it reverts.
library StableCurve {
    struct Pool {
        uint256 reserveIn;
        uint256 reserveOut;
        /// D of the reserves.
        uint256 invariant;
        /// 4A
        uint256 leverage;
    }

    error NoConvergence();

    /// Newton's method doubles the digits with every step: 256 bits need few.
    uint256 private constant MAX_STEPS = 64;

    /// The pool with its invariant found.
    function open(
        uint256 reserveIn,
        uint256 reserveOut,
        uint256 amplification
    ) internal pure returns (Pool memory pool) {
        pool.reserveIn = reserveIn;
        pool.reserveOut = reserveOut;
        pool.leverage = 4 * amplification;
        pool.invariant = _invariant(reserveIn, reserveOut, pool.leverage);
    }

    /// What the pool gives for `amountIn`. The pool itself stays as it is.
    function swap(Pool memory pool, uint256 amountIn) internal pure returns (uint256 amountOut) {
        uint256 left = _reserveFor(pool, pool.reserveIn + amountIn) + 1;
        return left < pool.reserveOut ? pool.reserveOut - left : 0;
    }

    /// D by Newton's method, on f(D) = D³/(4xy) + (4A − 1)·D − 4A·(x + y).
    function _invariant(uint256 x, uint256 y, uint256 leverage) private pure returns (uint256 d) {
        uint256 sum = x + y;
        d = sum;
        for (uint256 step = 0; step < MAX_STEPS; step++) {
            uint256 cube = (((d * d) / (2 * x)) * d) / (2 * y);
            uint256 next = (d * (2 * cube + leverage * sum)) / (3 * cube + (leverage - 1) * d);
            if (_isNear(next, d)) return next;
            d = next;
        }
        revert NoConvergence();
    }

    /// The reserve y that belongs to the reserve x, by Newton's method on
    /// f(y) = y² + (x + D/4A − D)·y − D³/(16A·x). f is convex, so it comes down to the root from
    /// above; the root is sought next to the present reserve.
    function _reserveFor(Pool memory pool, uint256 x) private pure returns (uint256 y) {
        uint256 d = pool.invariant;
        uint256 linear = x + d / pool.leverage;
        uint256 constantTerm = (((d * d) / (4 * x)) * d) / pool.leverage;
        y = pool.reserveOut;
        for (uint256 step = 0; step < MAX_STEPS; step++) {
            uint256 next = (y * y + constantTerm) / (2 * y + linear - d);
            if (_isNear(next, y)) return next;
            y = next;
        }
        revert NoConvergence();
    }

    function _isNear(uint256 a, uint256 b) private pure returns (bool) {
        return a > b ? a - b <= 1 : b - a <= 1;
    }
}
