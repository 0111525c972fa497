/** canary: domain-is-pure */

import 'yaml';
