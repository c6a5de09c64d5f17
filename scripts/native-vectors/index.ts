// Writes the test vectors of the native layers from real SQLite: npx tsx scripts/native-vectors/index.ts
import { writeFunctionVectors } from './functions';
import { writeJsonVectors } from './json';
import { writeRecordVectors } from './record';

writeRecordVectors();
writeFunctionVectors();
writeJsonVectors();
