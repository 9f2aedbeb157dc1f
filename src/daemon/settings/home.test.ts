import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { absolutePath, homeAt, homePath } from './home.ts'

const around = { homeFlag: undefined, environment: {}, workingFolder: '/now', userFolder: '/home/ada' }

suite('the home', () => {
  test('is where --home says, else MICROFETCH_HOME, else microfetch in the person’s own folder', () => {
    assert.equal(homePath({ ...around, homeFlag: 'here', environment: { MICROFETCH_HOME: '/there' } }), '/now/here')
    assert.equal(homePath({ ...around, environment: { MICROFETCH_HOME: '~/mf' } }), '/home/ada/mf')
    assert.equal(homePath({ ...around, environment: { MICROFETCH_HOME: '' } }), '/home/ada/microfetch')
    assert.equal(homePath(around), '/home/ada/microfetch')
  })

  test('relative paths begin at their base, ~ at the person’s own folder', () => {
    assert.equal(absolutePath('a/../b', '/base', '/home/ada'), '/base/b')
    assert.equal(absolutePath('~', '/base', '/home/ada'), '/home/ada')
    assert.equal(absolutePath('/x', '/base', '/home/ada'), '/x')
  })

  test('holds the original’s folders below the data folder', () => {
    const home = homeAt('/h', { dataDir: '/d', logDir: '/h/logs', workDir: '/h/workers', libraryDir: '/h/library' })
    assert.equal(home.metadataDir, '/d/ENA_metadata')
    assert.equal(home.accessionDir, '/d/ENA_accession_numbers')
    assert.equal(home.ledgerCsv, '/h/microfetch.csv')
  })
})
