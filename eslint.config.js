import tseslint from 'typescript-eslint';

export default tseslint.config(
  {
    ignores: [
      'dist/**',
      'node_modules/**',
      '.data/**',
      'web/**/*.js',
      'web/dist/**',
      '.dependency-cruiser.cjs',
    ],
  },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Nest modules are empty classes with a decorator.
      '@typescript-eslint/no-extraneous-class': [
        'error',
        { allowWithDecorator: true, allowConstructorOnly: true },
      ],
      // Numbers and dates read well in messages; objects do not.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // An arrow that only calls is the shortest callback there is.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Dependency injection needs the class at run time, so imports keep their kind by use, not by fashion.
      '@typescript-eslint/consistent-type-imports': 'off',
      // Options and rows are shapes; Nest and TypeORM happen to declare them as classes.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'max-lines': ['error', { max: 260, skipBlankLines: true, skipComments: true }],
      'max-depth': ['error', 4],
      complexity: ['error', 16],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: [
      'test/**/*.ts',
      'bench/**/*.ts',
      '**/*.spec.ts',
      'src/commands/**/*.ts',
      'src/cli.ts',
      'src/main.ts',
      'src/sandbox/main.ts',
    ],
    rules: { 'no-console': 'off' },
  },
);
