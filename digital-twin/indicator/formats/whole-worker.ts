import { parentPort, workerData } from 'node:worker_threads'
import { type WholeRequest, whole } from './whole.ts'

parentPort?.postMessage(await whole(workerData as WholeRequest))
