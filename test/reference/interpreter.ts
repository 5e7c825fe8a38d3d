/** The loop of one frame over the table of all instructions. */
import { Halt, type Frame, type Instruction, type Outcome } from './frame.js'
import { callInstructions } from './instructions-calls.js'
import { CONTEXT_INSTRUCTIONS } from './instructions-context.js'
import { createInstructions } from './instructions-create.js'
import { MACHINE_INSTRUCTIONS } from './instructions-machine.js'
import { PURE_INSTRUCTIONS } from './instructions-pure.js'

const STOP = 0x00
const INSTRUCTIONS: Record<number, Instruction> = {
  ...PURE_INSTRUCTIONS,
  ...CONTEXT_INSTRUCTIONS,
  ...MACHINE_INSTRUCTIONS,
  ...callInstructions(interpret),
  ...createInstructions(interpret),
}

/** Runs the frame to its end; throws Halt when it halts exceptionally. */
export function interpret(frame: Frame): Outcome {
  for (;;) {
    const opcode = frame.code[frame.pc] ?? STOP
    const instruction = INSTRUCTIONS[opcode]
    if (instruction === undefined) throw new Halt(`no instruction ${opcode}`)
    frame.pc++
    frame.charge(instruction.gas)
    const outcome = instruction.run(frame)
    if (outcome) return outcome
  }
}
