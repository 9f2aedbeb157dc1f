import { collectorContract } from '../contracts/collector-contract.ts'
import { openPair } from './collector-pair.ts'

collectorContract('remote: the daemon and the program on another host', openPair)
