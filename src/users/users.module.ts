import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PersonalData } from './personal-data.js';
import { User } from './user.entity.js';
import { UsersController } from './users.controller.js';
import { UsersService } from './users.service.js';

@Module({
  imports: [DiscoveryModule, TypeOrmModule.forFeature([User])],
  controllers: [UsersController],
  providers: [UsersService, PersonalData],
  exports: [UsersService],
})
export class UsersModule {}
