import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { programsOfMachine, type MachineIdentity } from './programs-of-machine.ts'
import { parseStat, type Program } from './running-programs.ts'

const bootId = '11111111-2222-4333-8444-555555555555'
const machine: MachineIdentity = { name: 'mf-a', folder: '/w/mf-a', leader: { bootId, pid: 100, startTicks: '7' } }

function aProgram(pid: number, changes: Partial<Program> = {}): Program {
  return {
    pid,
    state: 'S',
    parent: 1,
    group: pid,
    session: pid,
    startTicks: '9',
    machineName: undefined,
    machineFolder: undefined,
    ...changes,
  }
}

const leader = aProgram(100, { startTicks: '7', machineName: 'mf-a', machineFolder: '/w/mf-a' })

function found(programs: Program[], of = machine) {
  const { certain, doubtful } = programsOfMachine(of, programs, bootId)
  return [certain.map(program => program.pid), doubtful.map(program => program.pid)]
}

suite('the programs of a machine', () => {
  test('are its leader, the leader’s group and session, what carries the marker, and what descends from these', () => {
    const programs = [
      leader,
      aProgram(101, { group: 100 }),
      aProgram(102, { session: 100 }),
      aProgram(103, { machineName: 'mf-a' }),
      aProgram(104, { parent: 103 }),
      aProgram(105, { parent: 104 }),
      aProgram(106),
    ]
    assert.deepEqual(found(programs), [[100, 101, 102, 103, 104, 105], []])
  })

  test('are not those that have ended, though an ended leader still proves its group', () => {
    const ended = { ...leader, state: 'Z', machineName: undefined, machineFolder: undefined }
    assert.deepEqual(found([ended, aProgram(101, { group: 100 })]), [[101], []])
    assert.deepEqual(found([ended]), [[], []])
  })

  test('are not in a group whose leader is another program with the same number', () => {
    const other = aProgram(100, { startTicks: '8' })
    assert.deepEqual(found([other, aProgram(101, { group: 100 })]), [[], []])
    assert.deepEqual(found([{ ...other, state: 'Z' }, aProgram(101, { group: 100 })]), [[], []])
  })

  test('are not in a group whose leader does not carry our marker, whatever the file in the folder says', () => {
    assert.deepEqual(found([aProgram(100, { startTicks: '7' }), aProgram(101, { group: 100 })]), [[], []])
  })

  test('are in doubt when the leader is gone and they carry no marker', () => {
    assert.deepEqual(found([aProgram(101, { group: 100 })]), [[], [101]])
  })

  test('are only the marked ones after another start of the computer, or when the id cannot be read', () => {
    const programs = [aProgram(101, { group: 100 }), aProgram(102, { machineName: 'mf-a' })]
    assert.deepEqual(found(programs, { ...machine, leader: { bootId: 'another', pid: 100, startTicks: '7' } }), [[102], []])
    assert.deepEqual(found(programs, { ...machine, leader: undefined }), [[102], []])
  })

  test('are not those of a machine of the same name in another folder', () => {
    assert.deepEqual(found([aProgram(101, { machineName: 'mf-a', machineFolder: '/other/mf-a' })]), [[], []])
  })
})

suite('what /proc says of a program', () => {
  test('is read although its name holds brackets and blanks', () => {
    const stat = `42 (a) S (b c) R 7 40 39 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 123456 1 2`
    assert.deepEqual(parseStat(stat), { pid: 42, state: 'R', parent: 7, group: 40, session: 39, startTicks: '123456' })
  })

  test('is nothing when it is not such a line', () => {
    assert.equal(parseStat(''), undefined)
    assert.equal(parseStat('42 (cut) R 7'), undefined)
  })
})
