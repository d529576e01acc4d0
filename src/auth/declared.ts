import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { rulesOf } from './auth.guard.js';

/** How Nest marks a route and a socket event. */
const MARKS = ['method', 'websockets:message_mapping'];

/** Stops the start when a route or socket event does not say who may call it. */
@Injectable()
export class EveryRouteIsDeclared implements OnApplicationBootstrap {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  onApplicationBootstrap(): void {
    const silent = [...this.discovery.getControllers(), ...this.discovery.getProviders()].flatMap(
      ({ metatype }) => (typeof metatype === 'function' ? this.silentIn(metatype) : []),
    );
    if (silent.length === 0) return;
    throw new Error(
      `Nobody is allowed to call ${silent.join(', ')}: put @Allow(...) or @Public() above each of them.`,
    );
  }

  private silentIn(type: { readonly name: string; readonly prototype?: unknown }): string[] {
    const prototype = type.prototype as Record<string, unknown> | undefined;
    if (!prototype) return [];
    return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name];
      const isRoute =
        typeof handler === 'function' && MARKS.some((mark) => Reflect.hasMetadata(mark, handler));
      return isRoute && rulesOf(handler, type).length === 0 ? [`${type.name}.${name}`] : [];
    });
  }
}
