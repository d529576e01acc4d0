import { Module } from '@nestjs/common';
import { SandboxController } from './sandbox.controller.js';

/** The way to the sandbox, which is a process of its own (main.ts). */
@Module({ controllers: [SandboxController] })
export class SandboxModule {}
