// What exercises report: steps by name with plain results. A step that throws fails the exercise; an error that is
// expected is a result of its own.
const steps = [];

const plain = (value) =>
  JSON.parse(JSON.stringify(value ?? null, (_key, entry) => (typeof entry === 'bigint' ? `${String(entry)}n` : entry)));

exports.work = process.argv[2];

exports.step = async (name, run) => {
  const result = await run();
  steps.push([name, plain(result)]);
  return result;
};

/** The error that `run` must end with, down to the driver's own. */
exports.fails = async (name, run) => {
  try {
    await run();
  } catch (error) {
    const driver = error.driverError ?? error.cause ?? error.parent ?? error;
    steps.push([name, plain({ name: error.name, message: error.message, code: driver.code, driver: driver.message })]);
    return;
  }
  throw new Error(`${name}: expected an error`);
};

exports.main = (run) => {
  run().then(
    () => {
      console.log(`\n${JSON.stringify(steps)}`);
      process.exit(0);
    },
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
};
