// SPDX-License-Identifier: MIT
pragma solidity ^0.8.26;

import {ActorMessages} from "./ActorMessages.sol";
import {Purse} from "./Purse.sol";

/// Payments that cannot get lost, to whomever.
///
/// Ether that a contract refuses comes back as a credit, without a word: an actor that pays two
/// contracts and gets one payment back cannot tell whose it was. So each contract is paid into a
/// purse of its own, and takes it from there.
abstract contract PullPayments {
    mapping(address payee => Purse purse) public purseOf;

    /// Pays an account without code at once (a credit, which cannot fail), a contract into its
    /// purse.
    function _pay(address payable payee, uint256 amount) internal {
        if (payee.code.length == 0) {
            ActorMessages.pay(payee, amount);
            return;
        }
        Purse purse = purseOf[payee];
        if (address(purse) == address(0)) {
            purseOf[payee] = new Purse{value: amount}(payee);
        } else {
            ActorMessages.pay(address(purse), amount);
        }
    }
}
