/** Draws the API with Swagger UI: preview operations marked and switched, permissions shown, operations found by words. */
const description = '/api/v2/docs/openapi.json';
const shownAtOnce = 'none';

const preview = document.getElementById('preview');
const search = document.getElementById('search');
const count = document.getElementById('count');

function followColours() {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
  dark.addEventListener('change', apply);
  apply();
}

/** What is said above the operations stands in the bar. */
const withoutInfo = { wrapComponents: { InfoContainer: () => () => null } };

/** A badge in the line of each operation that may yet change, and the permissions that it needs. */
const badgesFrom = (whole) => (system) => {
  const { React } = system;
  const badge = (className, text) =>
    React.createElement('span', { className: `badge ${className}`, key: className }, text);
  const textOf = ({ type, permissions }) =>
    permissions.length === 0 ? 'no permission' : `${type === 'ALL' ? 'all of ' : ''}${permissions.join(', ')}`;
  return {
    wrapComponents: {
      OperationSummaryPath: (Original) => (props) => {
        // Swagger UI itself looks into an operation only once it is opened.
        const operation = whole.paths[props.operationProps.get('path')]?.[props.operationProps.get('method')] ?? {};
        const rights = operation['x-tacet-permissions'];
        return React.createElement(
          React.Fragment,
          null,
          React.createElement(Original, props),
          operation['x-tacet-preview'] === true ? badge('preview', 'preview') : null,
          rights === undefined ? null : badge('rights', textOf(rights)),
        );
      },
    },
  };
};

function matches(path, method, operation, words) {
  const rights = operation['x-tacet-permissions']?.permissions ?? [];
  const text = [path, method, operation.operationId, operation.summary, ...rights].join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
}

/** The description with those operations only that are wanted. */
function narrowed(whole) {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const paths = {};
  let shown = 0;
  for (const [path, operations] of Object.entries(whole.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const isHidden = operation['x-tacet-preview'] === true && !preview.checked;
      if (isHidden || !matches(path, method, operation, words)) continue;
      paths[path] = { ...paths[path], [method]: operation };
      shown += 1;
    }
  }
  count.textContent = `${shown} operations`;
  // The page calls the server that it came from.
  const { servers: _servers, ...rest } = whole;
  return { ...rest, paths };
}

async function start() {
  followColours();
  const answer = await fetch(description);
  const whole = await answer.json();
  const ui = window.SwaggerUIBundle({
    dom_id: '#explorer',
    spec: narrowed(whole),
    deepLinking: true,
    docExpansion: shownAtOnce,
    defaultModelsExpandDepth: -1,
    displayOperationId: true,
    persistAuthorization: false,
    validatorUrl: null,
    tryItOutEnabled: true,
    plugins: [badgesFrom(whole), withoutInfo],
  });
  let waiting;
  const draw = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => ui.specActions.updateJsonSpec(narrowed(whole)), 150);
  };
  preview.addEventListener('change', draw);
  search.addEventListener('input', draw);
}

start().catch(() => {
  count.textContent = 'The description of the API could not be loaded.';
});
