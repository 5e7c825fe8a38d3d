/** The parts of the module for BLS12-381, one by one, for the unit tests. */
export { isOneAfterExponentiation } from './exponentiation';
export {
  field12Frobenius, field12Invert, field12Multiply, field12MultiplyByLine, field12Square,
} from './field12';
export { field2Invert, field2Multiply, field2Square } from './field2';
export { field6Invert, field6Multiply } from './field6';
export { fieldMultiply } from './field-product';
export { fieldInvert, fieldSquareRoot } from './field-power';
export { fieldSquare } from './field-square';
export { fieldAdd, fieldNegate, fieldReduce, fieldSubtract } from './field-sum';
export { fieldAddProducts } from './field-two-products';
export { fieldFromNumber, fieldIsZero, fieldToNumber } from './field-word';
export { makeLines, multiplyMillerLoops } from './lines';
export { addAffine, doublePoint, pointIsInfinity, setInfinity, setPoint } from './point';
export { readPoint } from './read-point';
export { makeGeneratorTable, setMultipleOfXSquared, sumOfMultiples } from './sum';
