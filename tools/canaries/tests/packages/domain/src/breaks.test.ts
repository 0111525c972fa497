throw new Error('a file that breaks before its first test turns the step red');
