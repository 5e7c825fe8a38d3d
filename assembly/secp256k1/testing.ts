/** The parts of the module that recovers keys, one by one, for the unit tests. */
export {
  fieldCarry,
  fieldHalfOfTriple,
  fieldNegate,
  fieldSubtract,
  fieldSubtractCarried,
  fieldSubtractThrice,
  fieldSubtractTwice,
} from './field-sum';
export { fieldMultiply, fieldSquare } from './field-product';
export { fieldSquareRoot } from './field-root';
export { fieldFromWord, fieldIsZero, fieldToWord } from './field-word';
export { invertModulo } from './modular-inverse';
export { addAffine, doublePoint, pointIsInfinity, setInfinity, setPoint } from './point';
export { scalarMultiply, scalarNegate, scalarReduce } from './scalar';
export { writeDigits, clearDigits } from './signed-digits';
export { splitScalar } from './split-scalar';
export { sumOfMultiples } from './sum';
