// Writes the test vectors of the native layers from real SQLite: npx tsx scripts/native-vectors/index.ts
import { writeRecordVectors } from './record';

writeRecordVectors();
