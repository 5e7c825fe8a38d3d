// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// The messages a contract sends to a token. They are declared without return values, because a
/// call to another actor returns before it is executed: there is no `bool` to wait for, and code
/// that the compiler makes for a declared one would revert when it finds the return data empty.
interface ITokenActor {
    function transfer(address to, uint256 amount) external;
    function transferAndNotify(address to, uint256 amount, bytes calldata data) external;
}
