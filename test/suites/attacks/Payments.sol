// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// Pays several receivers in one activation and counts what it has paid.
contract Payer {
    uint256 public rounds;

    constructor() payable {}

    function payAll(address[3] calldata receivers, uint256 amount) external {
        for (uint256 i = 0; i < receivers.length; i++) {
            (bool sent, ) = receivers[i].call{value: amount}(hex"00");
            require(sent);
        }
        rounds++;
    }

    function payEachWith(address[3] calldata receivers, uint256 amount, uint256 gasEach) external {
        require(gasleft() > receivers.length * (gasEach + 50_000) + 50_000);
        for (uint256 i = 0; i < receivers.length; i++) {
            (bool sent, ) = receivers[i].call{value: amount, gas: gasEach}(hex"00");
            require(sent);
        }
        rounds++;
    }
}

/// Uses all gas that it gets.
contract Burner {
    fallback() external payable {
        while (true) {}
    }
}

/// Answers with 100,000 bytes.
contract ReturnBomb {
    fallback() external payable {
        assembly {
            return(0, 100000)
        }
    }
}

contract Honest {
    uint256 public received;

    fallback() external payable {
        received += msg.value;
    }
}
