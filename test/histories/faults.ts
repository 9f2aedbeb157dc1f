/** How often the world goes wrong, each from 0 to 1. All 0 while a history settles. */
export interface Faults {
  createLost: number
  createNoEffect: number
  createRefused: number
  createDoubled: number
  bootsLate: number
  callbackLost: number
  callbackTwice: number
  agentDies: number
  agentClosesSilent: number
  runFails: number
  /** Of the runs that fail, those that no other try can cure. */
  failsForGood: number
  /** A machine is taken away: one that works, and one that still boots. */
  vanishes: number
  vanishesBooting: number
  transferFails: number
  resultsTorn: number
  destroyStays: number
  listFails: number
  reappears: number
  /** The daemon dies between storing a result and writing that down. */
  diesStoring: number
}

export const noFaults: Faults = {
  createLost: 0,
  createNoEffect: 0,
  createRefused: 0,
  createDoubled: 0,
  bootsLate: 0,
  callbackLost: 0,
  callbackTwice: 0,
  agentDies: 0,
  agentClosesSilent: 0,
  runFails: 0,
  failsForGood: 0,
  vanishes: 0,
  vanishesBooting: 0,
  transferFails: 0,
  resultsTorn: 0,
  destroyStays: 0,
  listFails: 0,
  reappears: 0,
  diesStoring: 0,
}

const someFaults: Faults = {
  createLost: 0.15,
  createNoEffect: 0.08,
  createRefused: 0.05,
  createDoubled: 0.1,
  bootsLate: 0.15,
  callbackLost: 0.25,
  callbackTwice: 0.1,
  agentDies: 0.06,
  agentClosesSilent: 0.1,
  runFails: 0.2,
  failsForGood: 0.33,
  vanishes: 0.04,
  vanishesBooting: 0.04,
  transferFails: 0.2,
  resultsTorn: 0.15,
  destroyStays: 0.3,
  listFails: 0.08,
  reappears: 0.05,
  diesStoring: 0.3,
}

/** What a history is rich in, so that rare turns are taken often enough to be tried: machines that go, runs that fail, busy people. */
export type Temper = 'mixed' | 'vanishing' | 'failing' | 'busy'

/** In this order they come, again and again. */
const tempers = ['mixed', 'vanishing', 'failing', 'busy', 'vanishing', 'failing', 'vanishing', 'busy'] as const

/** The temper of a history, by its seed. */
export function temperOf(seed: number): Temper {
  return tempers[seed % tempers.length] ?? 'mixed'
}

/** What goes wrong in a history of this temper. */
export function faultsOf(temper: Temper): Faults {
  switch (temper) {
    case 'mixed':
      return { ...someFaults, createDoubled: 0.3 }
    case 'busy':
      return { ...someFaults, bootsLate: 0.5, createRefused: 0, createNoEffect: 0.02, diesStoring: 0.6 }
    case 'vanishing':
      return {
        ...someFaults,
        vanishes: 0.1,
        vanishesBooting: 0.5,
        reappears: 0.12,
        bootsLate: 0.45,
        createRefused: 0,
        createNoEffect: 0.02,
        listFails: 0.02,
        runFails: 0.05,
        diesStoring: 0.4,
      }
    case 'failing':
      return {
        ...someFaults,
        createDoubled: 0.3,
        runFails: 0.7,
        failsForGood: 0.6,
        vanishes: 0.01,
        vanishesBooting: 0.01,
        agentDies: 0.03,
        callbackLost: 0.1,
        createRefused: 0,
        createNoEffect: 0.02,
        createLost: 0.05,
      }
  }
}
