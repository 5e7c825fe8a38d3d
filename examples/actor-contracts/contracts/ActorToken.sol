// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ActorMessages} from "actor-evm/contracts/ActorMessages.sol";
import {IActorToken} from "actor-evm/contracts/IActorToken.sol";
import {ITokenReceiver} from "actor-evm/contracts/ITokenReceiver.sol";

/// An ERC-20 token that tells a payee what it was paid. Everything else is OpenZeppelin's, as it is.
contract ActorToken is ERC20, IActorToken {
    /// Whoever is told of a payment can at least send it back: the sender cannot save on that.
    uint256 public constant NOTICE_GAS = 350_000;

    constructor(string memory name, string memory symbol, uint256 supply) ERC20(name, symbol) {
        _mint(msg.sender, supply);
    }

    function transferAndNotify(address to, uint256 amount, bytes calldata data) external {
        _transfer(msg.sender, to, amount);
        ActorMessages.sendWithGas(
            to,
            NOTICE_GAS,
            abi.encodeCall(ITokenReceiver.onTokensReceived, (msg.sender, amount, data))
        );
    }
}
