// The package describes its storage, but not at the path by which Node loads it.
declare module 'class-transformer/cjs/storage.js' {
  import { defaultMetadataStorage } from 'class-transformer/types/storage.js';
  const storage: { readonly defaultMetadataStorage: typeof defaultMetadataStorage };
  export default storage;
}
