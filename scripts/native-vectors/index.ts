// Writes the test vectors of the native layers from real SQLite: npx tsx scripts/native-vectors/index.ts
import { writeFunctionVectors } from './functions';
import { writeRecordVectors } from './record';

writeRecordVectors();
writeFunctionVectors();
