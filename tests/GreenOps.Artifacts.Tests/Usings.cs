global using GreenOps.Contract;
global using Xunit;
