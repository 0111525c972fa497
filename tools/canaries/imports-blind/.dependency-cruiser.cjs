/** Settings under which the cruiser sees nothing, and has therefore nothing to complain about. */

module.exports = { forbidden: [], options: { exclude: { path: '^packages/' } } };
