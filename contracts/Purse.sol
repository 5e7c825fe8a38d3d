// SPDX-License-Identifier: MIT
pragma solidity ^0.8.26;

import {ActorMessages} from "./ActorMessages.sol";

/// Ether that belongs to one payee. There are no books: the balance says it all. It is live for the
/// purse itself, less what is on its way to the payee, plus what the payee has refused.
contract Purse {
    address payable public immutable payee;

    constructor(address payable payee_) payable {
        payee = payee_;
    }

    /// Takes less than the stipend of a payment, so paying into a purse cannot fail.
    receive() external payable {}

    /// Sends everything to the payee. Anyone may ask, any number of times: what the payee refuses
    /// comes back here.
    function release() external {
        ActorMessages.pay(payee, address(this).balance);
    }
}
