// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ITokenActor} from "./ITokenActor.sol";
import {ITokenReceiver} from "./ITokenReceiver.sol";
import {StableCurve} from "./StableCurve.sol";

/// A limit order, sent along with the tokens it sells.
struct Order {
    /// The least amount of bought tokens for 1e18 sold ones, on the average of what is filled.
    uint256 limitPrice;
    /// Gets back whatever is not sold.
    address owner;
    /// Gets the bought tokens.
    address recipient;
    /// If not empty, the recipient is a contract and this is the notice that it gets with the
    /// bought tokens. Another exchange reads it as its own order: so orders travel a route.
    bytes notice;
}

/// A venue where two tokens of like worth are traded for each other, in actor style.
///
/// Tokens and venue are actors: each alone writes its own state, and they know of each other only
/// through messages. A trade takes three steps, and in each of them one actor runs:
///
///     round 0   trader ──▶ sold token    transferAndNotify(venue, amount, order)
///     round 1   sold token ──▶ venue     onTokensReceived(trader, amount, order)
///     round 2   venue ──▶ bought token   transfer(recipient, bought)
///               venue ──▶ sold token     transfer(owner, what was not sold)
///
/// Four habits make it safe:
///
/// 1. It believes messages, not views. `token.balanceOf(this)` is as old as the round and misses
///    payments under way; so the venue keeps its own books and writes them when it is told.
/// 2. It never fails after it was paid. The deposit is a fact when the message arrives, and a
///    revert here would not undo it there. So the risky part runs in a call to itself (which is
///    synchronous), and if that fails, the deposit goes back by a message.
/// 3. It writes its books before it sends. Nobody can run this code in between, but the next
///    order may be the next message: it must find the books in order.
/// 4. It sends what cannot fail: the books never promise more tokens than the venue holds, and
///    enough gas is kept for each message.
contract Exchange is ITokenReceiver {
    using StableCurve for StableCurve.Pool;

    /// Left for the messages that end a trade, or that undo one.
    uint256 public constant SETTLEMENT_GAS = 100_000;
    /// Must be left to pay with a notice: the next actor has work to do too.
    uint256 public constant FORWARD_GAS = 700_000;
    /// In millionths of what is bought; stays in the pool.
    uint256 public constant FEE_PPM = 400;

    uint256 private constant PPM = 1_000_000;
    uint256 private constant PRICE_UNIT = 1e18;

    address public owner;
    ITokenActor[2] public tokens;
    /// The venue's own books: what it holds of each token, as far as it was told.
    uint256[2] public reserves;
    /// How far the pool may lean to one side before the price moves (see StableCurve).
    uint256 public amplification;

    event LiquidityAdded(uint256 indexed side, uint256 amount);
    event Traded(address indexed owner, uint256 indexed side, uint256 sold, uint256 bought);
    event Returned(address indexed to, uint256 indexed side, uint256 amount);

    error NotOurToken(address sender);
    error OnlySelf(address sender);
    error TooLittleGasToForward(uint256 left, uint256 needed);

    constructor(address owner_, ITokenActor[2] memory tokens_, uint256 amplification_) {
        owner = owner_;
        tokens = tokens_;
        amplification = amplification_;
    }

    /// A token tells of a deposit. Without data it is liquidity if it comes from the owner; all
    /// else has to be an order.
    function onTokensReceived(address from, uint256 amount, bytes calldata data) external {
        uint256 side = _sideOf(msg.sender);
        if (from == owner && data.length == 0) {
            reserves[side] += amount;
            emit LiquidityAdded(side, amount);
            return;
        }
        try this.trade{gas: gasleft() - SETTLEMENT_GAS}(side, amount, data) {} catch {
            emit Returned(from, side, amount);
            tokens[side].transfer(from, amount);
        }
    }

    /// Fills the order in `data` as far as its limit allows and settles it. Only for this contract
    /// itself: external so that a failure undoes this call and nothing more.
    function trade(uint256 side, uint256 amount, bytes calldata data) external {
        require(msg.sender == address(this), OnlySelf(msg.sender));
        Order memory order = abi.decode(data, (Order));
        (uint256 sold, uint256 bought) = _fill(side, amount, order.limitPrice);

        reserves[side] += sold;
        reserves[1 - side] -= bought;
        emit Traded(order.owner, side, sold, bought);

        if (bought > 0) _pay(tokens[1 - side], order.recipient, bought, order.notice);
        if (sold < amount) tokens[side].transfer(order.owner, amount - sold);
    }

    /// What an order would sell and buy now. A view like any other: as old as the round.
    function quote(
        uint256 side,
        uint256 amount,
        uint256 limitPrice
    ) external view returns (uint256 sold, uint256 bought) {
        return _fill(side, amount, limitPrice);
    }

    function _pay(ITokenActor token, address to, uint256 amount, bytes memory notice) private {
        if (notice.length == 0) {
            token.transfer(to, amount);
            return;
        }
        uint256 left = gasleft();
        require(left >= FORWARD_GAS, TooLittleGasToForward(left, FORWARD_GAS));
        token.transferAndNotify(to, amount, notice);
    }

    /// The largest part of `amount` that can be sold at `limitPrice` or better. The more is sold
    /// the worse the price, so halving the interval finds it: `sold` is fillable, `refused` is not.
    function _fill(
        uint256 side,
        uint256 amount,
        uint256 limitPrice
    ) private view returns (uint256 sold, uint256 bought) {
        StableCurve.Pool memory pool = StableCurve.open(
            reserves[side],
            reserves[1 - side],
            amplification
        );
        bought = _afterFee(pool.swap(amount));
        if (_isWithin(limitPrice, amount, bought)) return (amount, bought);

        bought = 0;
        uint256 refused = amount;
        // To a billionth of the order: nobody minds what is below.
        uint256 tolerance = amount / 1e9 + 1;
        while (refused - sold > tolerance) {
            uint256 middle = sold + (refused - sold) / 2;
            uint256 out = _afterFee(pool.swap(middle));
            if (_isWithin(limitPrice, middle, out)) (sold, bought) = (middle, out);
            else refused = middle;
        }
    }

    function _isWithin(uint256 limit, uint256 sold, uint256 bought) private pure returns (bool) {
        return bought * PRICE_UNIT >= limit * sold;
    }

    function _afterFee(uint256 bought) private pure returns (uint256) {
        return bought - (bought * FEE_PPM) / PPM;
    }

    function _sideOf(address token) private view returns (uint256) {
        if (token == address(tokens[0])) return 0;
        if (token == address(tokens[1])) return 1;
        revert NotOurToken(token);
    }
}
