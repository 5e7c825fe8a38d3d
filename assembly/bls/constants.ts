/**
 * BLS12-381 (draft-irtf-cfrg-pairing-friendly-curves-11, section 4.2.1) as limbs of 64 bits, lowest
 * first. All that is said of them, test/unit/bls-field.test.ts would find wrong.
 */

/** x = -X. */
export const X: u64 = 0xd201000000010000;
export const X_BITS: i32 = 64;
/** x², 128 bits. */
export const X_SQUARED = memory.data<u64>([0x0000000100000000, 0xac45a4010001a402, 0, 0]);
/** p, the order of the field. */
export const FIELD_PRIME = memory.data<u64>([
  0xb9feffffffffaaab, 0x1eabfffeb153ffff, 0x6730d2a0f6b0f624, 0x64774b84f38512bf,
  0x4b1ba7b6434bacd7, 0x1a0111ea397fe69a,
]);
/** (p - 1)/2. */
export const HALF_PRIME = memory.data<u64>([
  0xdcff7fffffffd555, 0x0f55ffff58a9ffff, 0xb39869507b587b12, 0xb23ba5c279c2895f,
  0x258dd3db21a5d66b, 0x0d0088f51cbff34d,
]);
/** (p - 3)/4. */
export const POWER_EXPONENT = memory.data<u64>([
  0xee7fbfffffffeaaa, 0x07aaffffac54ffff, 0xd9cc34a83dac3d89, 0xd91dd2e13ce144af,
  0x92c6e9ed90d2eb35, 0x0680447a8e5ff9a6,
]);
/** r = x⁴ - x² + 1, the order of the groups. */
export const ORDER = memory.data<u64>([
  0xffffffff00000001, 0x53bda402fffe5bfe, 0x3339d80809a1d805, 0x73eda753299d7d48,
]);

/** β, the cube root of 1 modulo p for which (β·x, y) = -x²·(x, y) in G1. */
export const BETA = memory.data<u64>([
  0x2e01fffffffefffe, 0xde17d813620a0002, 0xddb3a93be6f89688, 0xba69c6076a0f77ea,
  0x5f19672fdf76ce51, 0x0000000000000000,
]);
/** ξ^((p - 1)/6), with ξ = 1 + u: c0, c1. */
export const FROBENIUS_ROOT = memory.data<u64>([
  0x8d0775ed92235fb8, 0xf67ea53d63e7813d, 0x7b2443d784bab9c4, 0x0fd603fd3cbd5f4f,
  0xc231beb4202c0d1f, 0x1904d3bf02bb0667, 0x2cf78a126ddc4af3, 0x282d5ac14d6c7ec2,
  0xec0c8ec971f63c5f, 0x54a14787b6c7b36f, 0x88e9e902231f9fb8, 0x00fc3e2b36c4e032,
]);

/** The generator of G1: x, y. */
export const GENERATOR_1 = memory.data<u64>([
  0xfb3af00adb22c6bb, 0x6c55e83ff97a1aef, 0xa14e3a3f171bac58, 0xc3688c4f9774b905,
  0x2695638c4fa9ac0f, 0x17f1d3a73197d794, 0x0caa232946c5e7e1, 0xd03cc744a2888ae4,
  0x00db18cb2c04b3ed, 0xfcf5e095d5d00af6, 0xa09e30ed741d8ae4, 0x08b3f481e3aaa0f1,
]);
/** The generator of G2: x, y, each c0, c1. */
export const GENERATOR_2 = memory.data<u64>([
  0xd48056c8c121bdb8, 0x0bac0326a805bbef, 0xb4510b647ae3d177, 0xc6e47ad4fa403b02,
  0x260805272dc51051, 0x024aa2b2f08f0a91, 0xe5ac7d055d042b7e, 0x334cf11213945d57,
  0xb5da61bbdc7f5049, 0x596bd0d09920b61a, 0x7dacd3a088274f65, 0x13e02b6052719f60,
  0xe193548608b82801, 0x923ac9cc3baca289, 0x6d429a695160d12c, 0xadfd9baa8cbdd3a7,
  0x8cc9cdc6da2e351a, 0x0ce5d527727d6e11, 0xaaa9075ff05f79be, 0x3f370d275cec1da1,
  0x267492ab572e99ab, 0xcb3e287e85a763af, 0x32acd2b02bc28b99, 0x0606c4a02ea734cc,
]);
/**
 * [τ]₂ of the ceremony of mainnet, the second point of G2 in its trusted setup (EIP-4844): x, y,
 * each c0, c1.
 */
export const TAU_2 = memory.data<u64>([
  0xc98edada20c1def2, 0x087041de621000ed, 0xa36851477ba4c60b, 0x3926c911cceceac9,
  0x734429b7b38608e2, 0x185cbfee53492714, 0xafaaab24f3499f72, 0x2914e5870cb452d2,
  0x1009a2ce615ac53d, 0x26187075cbfbefa8, 0x843bc287230af389, 0x15bfd7dd8cdeb128,
  0xee689bfbbb832a99, 0x4ce26d105941f383, 0xe82451a496a9c979, 0x131569490e28de18,
  0xd7d5ee8599d1fca2, 0x014353bdb96b626d, 0x23048ef30d0a154f, 0x9495346f3d7ac9cd,
  0xda5ed1ba9bfa0789, 0xef79de09fc63671f, 0x03432fcae0181b4b, 0x1666c54b0a325295,
]);
