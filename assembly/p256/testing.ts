/** The parts of the module that verifies signatures, one by one, for the unit tests. */
export { fieldMultiply, fieldSquare } from './field-product';
export { fieldAdd, fieldHalfOfTriple } from './field-sum';
export { fieldFromWord, fieldIsZero, fieldToWord } from './field-word';
export { addAffine, doublePoint, pointIsInfinity, setInfinity, setPoint } from './point';
export { scalarMultiply } from './scalar';
export { sumOfMultiples } from './sum';
